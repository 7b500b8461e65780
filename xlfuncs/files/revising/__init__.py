"""What a workbook says, into a contract file: a new one, or one that there is.

`layout` settles what a document says of all its rows, `matching` which row is which, `revision` and
`amending` what is to be changed, and `changes` tells it. `importing` is the way in.
"""
