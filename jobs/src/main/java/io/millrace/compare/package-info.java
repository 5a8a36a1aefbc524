/**
 * Several runs side by side: what differs in their settings, and what came of it.
 *
 * <p>Decided: it reads what runs leave in their folders and nothing else, so runs of other machines
 * and versions can be compared, also while they go on.
 */
package io.millrace.compare;
