/**
 * Random choices that are pure functions of a key. So a retried or moved task draws the same
 * numbers, and nothing depends on which thread came first. Rejected: the generators of the JDK and
 * of ND4J with a seed for each choice, as {@code java.util.Random} gives similar numbers to similar
 * seeds, and ND4J's is one for all of a thread's draws.
 */
package io.millrace.random;
