/**
 * A line of nights: what it is told, what it remembers, and by which rules a model takes the place
 * of its champion.
 *
 * <p>Decided: what decides is pure, of counts and numbers alone, and seeded, so that a night that
 * is played again decides the same. The challenger has to be not inferior, as the interval of a
 * paired bootstrap says, on the images held out tonight and on last night's; that it is better need
 * not be shown, since a fresh model of equal worth is wanted. The champion is one file, replaced in
 * one step, that holds all its forerunners: a rollback adds a line to it like a promotion.
 *
 * <p>Rejected: the higher top-1, which is a coin toss between equal models and lets a line walk
 * downhill; a test that must show a gain, which on few images never does; a link to, or a copy of,
 * the champion's model, which no store replaces together with what is said of it.
 */
package io.millrace.line;
