package io.millrace.model;

import java.io.Serializable;
import java.util.List;

/**
 * Where each parameter of a network lies in its flat vector, in the order of the vector.
 *
 * @param slots all parameters; they cover the vector without gaps
 */
public record ParameterLayout(List<ParameterSlot> slots) implements Serializable {
  /** Elements of the flat vector. */
  public long length() {
    return slots.isEmpty()
        ? 0
        : slots.get(slots.size() - 1).offset() + slots.get(slots.size() - 1).length();
  }
}
