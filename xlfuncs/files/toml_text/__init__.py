"""The text of a TOML file, edited: what is not touched stays byte for byte, and every comment.

`statements` takes a text apart into headers, keys and comments, `blocks` puts a header and its keys
together, `inline` has tomlkit edit a single statement, and `editing` is the whole file.
"""
