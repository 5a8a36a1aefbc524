package io.millrace;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/** How often this process has collected its whole heap. */
public final class FullCollections {
  private FullCollections() {}

  /** Since the process started, whoever asked for it. */
  public static long count() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .filter(bean -> !bean.getName().matches(".*(Young|Copy|Scavenge).*"))
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }
}
