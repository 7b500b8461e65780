"""Calc's open documents: what is read of them, and when it changes.

A document and its sheets are LibreOffice's own objects, of `com.sun.star.sheet`.
"""
