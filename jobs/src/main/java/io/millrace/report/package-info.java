/**
 * The HTML report that a run leaves for people: one file, without scripts and without a network.
 *
 * <p>Decided: charts are SVG of our own, since chart libraries draw with scripts or as pictures.
 * The run writes the page; what {@code evaluate} finds later is put between two marks of it, made
 * from the evaluation files alone: data flow one way, and nothing else of the page is made again.
 */
package io.millrace.report;
