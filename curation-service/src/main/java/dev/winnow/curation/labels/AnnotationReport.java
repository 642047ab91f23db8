package dev.winnow.curation.labels;

/** What became of a file of annotations: of labels, or of boxes. */
public interface AnnotationReport {}
