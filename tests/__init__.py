"""The tests; `README.md` says where what is."""
