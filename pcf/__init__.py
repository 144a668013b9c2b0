"""Product carbon footprints: computed, explained, certified and declared."""
