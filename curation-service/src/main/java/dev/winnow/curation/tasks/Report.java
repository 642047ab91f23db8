package dev.winnow.curation.tasks;

/** What a task found, as it is sent. Similarities are cosines, −1 to 1; a distance is 1 − similarity. */
public interface Report {}
