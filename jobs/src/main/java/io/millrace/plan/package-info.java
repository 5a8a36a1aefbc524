/**
 * What a run would do and need, worked out before anything runs; and the refusal of what cannot.
 *
 * <p>Decided: {@code plan} and {@code train} print the same lines from the same values, and memory
 * is an upper estimate that a benchmark holds against real runs.
 *
 * <p>Rejected: figures measured on the way, which come too late to change anything.
 */
package io.millrace.plan;
