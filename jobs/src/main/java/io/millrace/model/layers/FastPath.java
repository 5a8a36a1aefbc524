package io.millrace.model.layers;

import io.millrace.backend.ArrayMemory;

/** On which layers a replica runs its network. */
public enum FastPath {
  /** Native layers where they compute what the stock ones do. */
  TRUE,

  /** DL4J's stock layers. */
  FALSE,

  /**
   * Native layers on ND4J's ops, which is what {@link #TRUE} means on a device, here too: between
   * averagings nothing of ours touches the memory of arrays.
   */
  OPS;

  /** Where the arrays of the network are to be worked on. */
  public ArrayMemory memory() {
    return this == OPS ? ArrayMemory.DEVICE : ArrayMemory.here();
  }
}
