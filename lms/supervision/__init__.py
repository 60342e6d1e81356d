"""Rates per unit and audience, the names behind them, exports. Reads only."""
