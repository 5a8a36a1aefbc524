package io.millrace.training;

import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A stretch of parameters that is contiguous both in the canonical vector and in a replica's. */
record Run(long canonical, long replica, long length) {
  /** The stretches of two layouts of the same parameters, in canonical order. */
  static List<Run> between(ParameterLayout canonical, ParameterLayout replica) {
    Map<String, ParameterSlot> there = new HashMap<>();
    replica.slots().forEach(slot -> there.put(slot.vertex() + "." + slot.name(), slot));
    List<Run> runs = new ArrayList<>();
    for (ParameterSlot slot : canonical.slots()) {
      ParameterSlot other = there.get(slot.vertex() + "." + slot.name());
      Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
      if (last != null
          && last.canonical + last.length == slot.offset()
          && last.replica + last.length == other.offset()) {
        runs.set(
            runs.size() - 1, new Run(last.canonical, last.replica, last.length + slot.length()));
      } else {
        runs.add(new Run(slot.offset(), other.offset(), slot.length()));
      }
    }
    return runs;
  }
}
