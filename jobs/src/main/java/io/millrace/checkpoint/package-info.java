/** Checkpoints, exact resume, and the exported model.zip. */
package io.millrace.checkpoint;
