"""Is that speech?"""
