package io.millrace.recipe;

/**
 * Where weight decay acts: as L2, {@code g += decay * w} before the optimiser sees the gradient, or
 * decoupled from it, {@code w -= rate * decay * w} (Loshchilov and Hutter, Decoupled Weight Decay
 * Regularization, 2017, arXiv 1711.05101, with the base rate inside, as PyTorch has it).
 */
public enum Decay {
  L2,
  DECOUPLED
}
