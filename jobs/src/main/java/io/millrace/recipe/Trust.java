package io.millrace.recipe;

/** What an optimiser scales for each parameter by the norms of whole parameters. */
public enum Trust {
  /** Nothing: every element stands for itself. */
  NONE,
  /** The gradient, before the optimiser remembers it, as LARS does. */
  OF_GRADIENT,
  /** The step, after it, as LAMB does. */
  OF_STEP
}
