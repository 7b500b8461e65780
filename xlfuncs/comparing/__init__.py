"""Two contracts held against each other: where, since when and how they answer differently.

`changes` walks the price lists of both through all days and quantities; `sides` says what each
answers, `scopes` how each counts a quantity, `crossings` where two lines give other prices to the
cent, and `meanings` what else a price is read with.
"""
