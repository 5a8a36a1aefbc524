package io.millrace.formats;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The parameters of a network and the arrays of a file, matched by name.
 *
 * @param matched parameters that are there in their shape
 * @param missing parameters that are not there
 * @param reshaped parameters that are there in another shape
 * @param unexpected arrays that the network has no parameter for
 * @param counters arrays that count minibatches, which nobody needs
 * @param shapes of the file's arrays by name
 */
public record WeightMatch(
    List<NamedParameter> matched,
    List<NamedParameter> missing,
    List<NamedParameter> reshaped,
    List<String> unexpected,
    int counters,
    Map<String, List<Long>> shapes) {
  /** Matches a file with the parameters of a network. */
  public static WeightMatch of(WeightFile file, List<NamedParameter> parameters) {
    Map<String, List<Long>> shapes = file.shapes();
    List<NamedParameter> matched = new ArrayList<>();
    List<NamedParameter> missing = new ArrayList<>();
    List<NamedParameter> reshaped = new ArrayList<>();
    Set<String> wanted = new HashSet<>();
    for (NamedParameter parameter : parameters) {
      wanted.add(parameter.name());
      List<Long> shape = shapes.get(parameter.name());
      if (shape == null) {
        missing.add(parameter);
      } else {
        (parameter.takes(shape) ? matched : reshaped).add(parameter);
      }
    }
    List<String> unexpected =
        shapes.keySet().stream().filter(name -> !wanted.contains(name)).toList();
    return new WeightMatch(matched, missing, reshaped, unexpected, file.counters(), shapes);
  }

  /** Whether the file holds just the network's parameters. */
  public boolean isExact() {
    return missing.isEmpty() && reshaped.isEmpty() && unexpected.isEmpty();
  }

  /** A reshaped parameter in words. */
  public String reshaped(NamedParameter parameter) {
    return "%s is %s, the network's %s"
        .formatted(parameter.name(), shapes.get(parameter.name()), parameter.shape());
  }

  /** What does not match, with some of the names; empty if all does. */
  public String difference() {
    List<String> words = new ArrayList<>();
    say(words, "missing", names(missing));
    say(words, "unexpected", unexpected);
    say(words, "of another shape", reshaped.stream().map(this::reshaped).toList());
    return String.join("; ", words);
  }

  private static void say(List<String> words, String what, List<String> names) {
    if (!names.isEmpty()) {
      words.add("%,d %s: %s".formatted(names.size(), what, Words.some(names)));
    }
  }

  /** Names of parameters in the file. */
  public static List<String> names(List<NamedParameter> parameters) {
    return parameters.stream().map(NamedParameter::name).toList();
  }
}
