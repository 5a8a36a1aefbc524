package io.millrace.formats;

import io.millrace.model.ClassHead;
import io.millrace.model.ClassMatch;
import io.millrace.model.ModelCard;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * What a network takes of a file of weights: all that matches, and of a head for other classes the
 * rows of those that both know by name. Lives on the driver, as long as the network.
 *
 * @param file the weights
 * @param match its arrays and the network's parameters
 * @param head parameters of which only rows are taken: none where the head is taken whole
 * @param anew parameters of the head that the file has in another shape, of which nothing is taken
 * @param rows the file's output for each class of the network, -1 for none
 */
public record WeightTransfer(
    WeightFile file, WeightMatch match, List<Head> head, List<NamedParameter> anew, int[] rows) {
  /**
   * A parameter with one row a class.
   *
   * @param axis of the rows, in the file
   */
  public record Head(NamedParameter parameter, int axis) {
    private String name() {
      return parameter.name();
    }

    private boolean isBeside(NamedParameter other) {
      return parameter.slot().vertex().equals(other.slot().vertex());
    }
  }

  /** The axis of the classes in the files of PyTorch's libraries. */
  private static final int FIRST = 0;

  /**
   * All of a file.
   *
   * @param parameters the network's, as the file calls them
   * @throws IllegalArgumentException with what does not match
   */
  public static WeightTransfer strict(WeightFile file, List<NamedParameter> parameters) {
    WeightMatch match = WeightMatch.of(file, parameters);
    if (!match.isExact()) {
      throw new IllegalArgumentException(match.difference() + channels(match));
    }
    return new WeightTransfer(file, match, List.of(), List.of(), new int[0]);
  }

  /**
   * What fits of a file.
   *
   * @param parameters the network's, as the file calls them
   * @param net the network
   * @param classes of its outputs
   * @param headVertices its head, which may have other layers than the file's
   * @throws IllegalArgumentException with the reason if nothing fits, or another layer than the
   *     head has another shape
   */
  public static WeightTransfer whatFits(
      WeightFile file,
      List<NamedParameter> parameters,
      ComputationGraph net,
      List<String> classes,
      Set<String> headVertices) {
    WeightMatch match = WeightMatch.of(file, parameters);
    List<Head> head = head(match, parameters, ClassHead.rowAxes(net));
    List<NamedParameter> others = new ArrayList<>(match.reshaped());
    head.forEach(each -> others.remove(each.parameter));
    List<NamedParameter> other =
        others.stream().filter(each -> headVertices.contains(each.slot().vertex())).toList();
    others.removeAll(other);
    // Rows of one parameter of a layer are worth nothing beside another that starts anew.
    head.removeIf(each -> other.stream().anyMatch(each::isBeside));
    if (!others.isEmpty()) {
      throw new IllegalArgumentException(
          "of another shape: %s%s"
              .formatted(
                  Words.some(others.stream().map(match::reshaped).toList()), channels(match)));
    }
    List<String> theirs = file.card().map(ModelCard::classes).orElse(List.of());
    ClassMatch known = new ClassMatch(theirs, classes);
    boolean anew =
        !match.reshaped().isEmpty() || !theirs.isEmpty() && !known.difference().isEmpty();
    List<NamedParameter> all = anew(match, parameters, other);
    WeightTransfer transfer =
        new WeightTransfer(file, match, anew ? head : List.of(), all, known.outputs());
    if (transfer.whole().isEmpty()) {
      throw new IllegalArgumentException("nothing fits: " + match.difference());
    }
    return transfer;
  }

  /** All parameters in the file of layers of which one has another shape. */
  private static List<NamedParameter> anew(
      WeightMatch match, List<NamedParameter> parameters, List<NamedParameter> other) {
    Set<String> vertices =
        other.stream().map(each -> each.slot().vertex()).collect(Collectors.toSet());
    return parameters.stream()
        .filter(each -> match.shapes().containsKey(each.name()))
        .filter(each -> vertices.contains(each.slot().vertex()))
        .toList();
  }

  private static List<Head> head(
      WeightMatch match, List<NamedParameter> parameters, Map<String, Integer> axes) {
    List<Head> head = new ArrayList<>();
    for (NamedParameter parameter : parameters) {
      String key = parameter.slot().key();
      List<Long> shape = match.shapes().get(parameter.name());
      if (shape != null && axes.containsKey(key)) {
        int axis = parameter.name().equals(key) ? axes.get(key) : FIRST;
        if (parameter.takesBut(axis, shape)) {
          head.add(new Head(parameter, axis));
        }
      }
    }
    return head;
  }

  private static String channels(WeightMatch match) {
    return match.reshaped().stream().anyMatch(each -> isOfOneChannel(each, match))
        ? "; input.channels: 3 repeats grey images in each channel"
        : "";
  }

  private static boolean isOfOneChannel(NamedParameter parameter, WeightMatch match) {
    List<Long> theirs = match.shapes().get(parameter.name());
    List<Long> ours = parameter.shape();
    return ours.size() == 4 && theirs.size() == 4 && ours.get(1) == 1 && theirs.get(1) == 3;
  }

  /**
   * Copies what is taken to the network.
   *
   * @throws IllegalArgumentException if a value of the file can be no weight, such as NaN
   * @throws IOException in one line if the file cannot be read
   */
  public void run() throws IOException {
    Map<String, NamedParameter> whole = whole();
    Map<String, Head> byRows = new HashMap<>();
    if (kept() > 0) {
      head.forEach(each -> byRows.put(each.name(), each));
    }
    List<String> names = new ArrayList<>(whole.keySet());
    names.addAll(byRows.keySet());
    file.read(
        names,
        (name, values) -> {
          if (whole.containsKey(name)) {
            whole.get(name).require(values);
            whole.get(name).set(values);
          } else {
            Head rowwise = byRows.get(name);
            rowwise.parameter.require(values);
            rowwise.parameter.setRows(values, rowwise.axis, rows);
          }
        });
  }

  /** The parameters that are taken as they are, by their names in the file. */
  private Map<String, NamedParameter> whole() {
    Map<String, NamedParameter> whole = new LinkedHashMap<>();
    match.matched().forEach(each -> whole.put(each.name(), each));
    head.forEach(each -> whole.remove(each.name()));
    anew.forEach(each -> whole.remove(each.name()));
    return whole;
  }

  /** Layers of which something starts anew, as a head for other classes does. */
  public Set<String> started() {
    return Stream.of(match.missing().stream(), head.stream().map(Head::parameter), anew.stream())
        .flatMap(each -> each)
        .map(each -> each.slot().vertex())
        .collect(Collectors.toUnmodifiableSet());
  }

  private long kept() {
    return Arrays.stream(rows).filter(row -> row >= 0).count();
  }

  /** The report: a line for what matches, and one for each way in which something does not. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    List<String> whole = List.copyOf(whole().keySet());
    lines.add("%,d matched: %s".formatted(whole.size(), Words.some(whole)));
    say(lines, "missing, started as usual", WeightMatch.names(match.missing()));
    say(lines, "unexpected, left out", match.unexpected());
    String how =
        "reshaped for %,d classes, which start anew but for %,d known by name"
            .formatted(rows.length, kept());
    say(lines, how, head.stream().map(each -> match.reshaped(each.parameter)).toList());
    say(lines, "of a head of other layers, started as usual", WeightMatch.names(anew));
    if (match.counters() > 0) {
      lines.add(
          "%,d left out: counters of minibatches (num_batches_tracked), which nothing needs"
              .formatted(match.counters()));
    }
    return lines;
  }

  private static void say(List<String> lines, String what, List<String> names) {
    if (!names.isEmpty()) {
      lines.add("%,d %s: %s".formatted(names.size(), what, String.join(", ", names)));
    }
  }
}
