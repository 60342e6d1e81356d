"""Set-up of a checkout: what `make` calls. Python standard library only, since it runs before
anything is installed. Nothing of the product lives here.
"""
