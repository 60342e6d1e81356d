"""Commands of viewing, by what they do: beacons, declarations, credits."""
