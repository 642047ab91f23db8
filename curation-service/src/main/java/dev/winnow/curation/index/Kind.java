package dev.winnow.curation.index;

/** What is compared. */
public enum Kind {
    IMAGES,
    OBJECTS
}
