"""The ground floor: what every feature stands on. It knows no noun of learning."""
