package dev.winnow.curation.selection;

/**
 * One part of what a choice is worth. Gains are in units of the largest that any candidate has at the beginning, so 0 to 1,
 * and that of a candidate never rises while others are chosen: what greedy choice needs to be lazy and still exact.
 */
interface Objective {

    /** As the report names it. */
    String name();

    /** How much the candidate would add to what is chosen by now; candidates are numbered from 0. */
    double gain(int candidate);

    /** Takes note that a candidate is chosen. */
    void choose(int candidate);
}
