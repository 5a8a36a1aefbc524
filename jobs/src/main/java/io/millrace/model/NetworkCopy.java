package io.millrace.model;

import java.io.Serializable;
import org.apache.commons.lang3.SerializationUtils;

/**
 * A network's configuration once more, with all that is in it. DL4J's own {@code clone} leaves out
 * counters, the order of vertices and the axis of a {@code MergeVertex}, and shares dropouts, which
 * hold the mask of a minibatch.
 */
public final class NetworkCopy {
  private NetworkCopy() {}

  /** A copy that shares nothing with {@code configuration}. */
  public static <T extends Serializable> T of(T configuration) {
    return SerializationUtils.clone(configuration);
  }
}
