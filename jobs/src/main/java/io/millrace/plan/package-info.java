/**
 * What a run would do and need, worked out before anything runs; and the refusal of what cannot.
 */
package io.millrace.plan;
