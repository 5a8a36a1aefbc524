package io.millrace.plan;

import io.millrace.config.ConfigWriter;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.recipe.OptimizerConfig;
import io.millrace.recipe.ParameterGroup;
import io.millrace.recipe.ParameterGroups;
import io.millrace.recipe.Schedule;
import io.millrace.recipe.Tuning;
import io.millrace.settings.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Which parameters are trained in which way, a line for each group. */
public final class GroupWords {
  private GroupWords() {}

  /**
   * The groups of a network, the rest of its parameters last; none where all are trained alike.
   *
   * @throws IllegalArgumentException for a rule that takes no parameter
   */
  public static List<String> of(OptimizerConfig optimizer, ParameterLayout layout) {
    return of(optimizer, layout, Tuning.NONE);
  }

  /** The same in a stage, whose rates may make several groups of one; frozen ones are left out. */
  public static List<String> of(OptimizerConfig optimizer, ParameterLayout layout, Tuning tuning) {
    if (optimizer.groups().isEmpty() && tuning.rates().isEmpty()) {
      return List.of();
    }
    ParameterGroups groups = ParameterGroups.of(optimizer.groups(), layout, tuning);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < groups.rules().size(); i++) {
      int rule = i;
      List<ParameterSlot> own =
          layout.slots().stream()
              .filter(slot -> slot.trained() && groups.indexOf(slot) == rule)
              .filter(slot -> !tuning.frozen().contains(slot.key()))
              .toList();
      if (own.isEmpty() && !tuning.equals(Tuning.NONE)) {
        continue;
      }
      lines.add(
          String.format(
              Locale.ROOT,
              "%s: %s of %,d elements, %s",
              tuning.rates().isEmpty() ? groups.rules().get(i).words() : layers(own),
              Counts.of(own.size(), "parameter"),
              own.stream().mapToLong(ParameterSlot::length).sum(),
              way(groups.rules().get(i), optimizer)));
    }
    return lines;
  }

  /** The layers of parameters, from the first to the last. */
  private static String layers(List<ParameterSlot> slots) {
    String first = slots.get(0).vertex();
    String last = slots.get(slots.size() - 1).vertex();
    return first.equals(last) ? first : first + " to " + last;
  }

  private static String way(ParameterGroup group, OptimizerConfig optimizer) {
    if (group.frozen()) {
      return "frozen";
    }
    List<String> words = new ArrayList<>();
    words.add("rate x " + Schedule.text(group.rate()));
    if (group.schedule() != null) {
      words.add("schedule " + ConfigWriter.words(group.schedule()));
    }
    if (group.momentum() != null) {
      words.add("momentum " + Schedule.text(group.momentum()));
    }
    double decay = group.weightDecay() == null ? optimizer.weightDecay() : group.weightDecay();
    boolean biases = group.decayBias() == null ? optimizer.decayBias() : group.decayBias();
    words.add(
        decay == 0
            ? "no decay"
            : "decay %s%s".formatted(Schedule.text(decay), biases ? ", biases too" : ""));
    return String.join(", ", words);
  }
}
