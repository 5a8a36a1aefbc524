package io.millrace.cli;

import io.millrace.run.Accept;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a name of {@code --accept}. */
final class Accepted implements ITypeConverter<Accept> {
  @Override
  public Accept convert(String word) {
    return Accept.of(word)
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "Invalid --accept: %s (must be one of %s)"
                        .formatted(
                            word,
                            Arrays.stream(Accept.values())
                                .map(Accept::toString)
                                .collect(Collectors.joining(", ")))));
  }
}
