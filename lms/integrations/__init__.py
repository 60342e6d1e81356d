"""Other systems' protocols, translated; never a rule of ours."""
