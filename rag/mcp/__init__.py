"""Assistant -> an MCP server: its tools, what they return, and the articles as resources.

results -> tools -> server
"""
