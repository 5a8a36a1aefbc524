package io.millrace.model.architecture;

import java.util.Optional;

/** A network of ours, which is known to take its images. */
interface OwnArchitecture extends Architecture {
  @Override
  default Optional<String> foreignKey() {
    return Optional.empty();
  }
}
