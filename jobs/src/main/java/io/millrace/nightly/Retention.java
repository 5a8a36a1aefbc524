package io.millrace.nightly;

import io.millrace.line.Champions;
import io.millrace.line.LineConfig;
import io.millrace.line.LineFolder;
import io.millrace.line.Night;
import io.millrace.store.Readers;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What old nights leave: their record, metrics and report, for the history, without data,
 * checkpoints and models. The night that is played, the one before, those of the champion and of
 * the one that a rollback puts back, and those whose data is still trained on, or which the next
 * night is compared on, keep all. Lives on the driver.
 *
 * @param line the line
 * @param config how much is kept
 */
record Retention(LineFolder line, LineConfig config) {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  /** Takes away what is over; what cannot be removed is tried again by the next night. */
  void sweep(String tonight, Readers readers) {
    try {
      Set<String> kept = kept(tonight);
      kept.addAll(readers.parts());
      kept.addAll(comparedOn(tonight));
      for (Night night : line.nights()) {
        if (night.date().compareTo(tonight) <= 0 && !kept.contains(night.date())) {
          strip(night.date());
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("Old nights are kept for now: {}", e.getMessage());
    }
  }

  /** Dates of the nights that keep all. */
  Set<String> kept(String tonight) throws IOException {
    List<Night> nights = new ArrayList<>(line.nights());
    nights.removeIf(night -> night.date().compareTo(tonight) > 0);
    Set<String> kept = new TreeSet<>(newest(dates(nights), config.keepNights()));
    if (config.keepDays() != null) {
      String oldest = LocalDate.parse(tonight).minusDays(config.keepDays()).toString();
      kept.removeIf(date -> date.compareTo(oldest) < 0);
    }
    List<String> withData = withData(nights);
    int window = config.data() == LineConfig.Data.NEW ? config.window() : 1;
    kept.addAll(newest(withData, Math.max(2, window)));
    nights.stream()
        .filter(night -> night.hasData() && night.data().ownTest())
        .forEach(night -> kept.add(night.date()));
    Champions champions = line.champions();
    champions.current().ifPresent(each -> kept.add(each.night()));
    champions.before().ifPresent(each -> kept.add(each.night()));
    kept.add(tonight);
    return kept;
  }

  /** Nights whose held-out images the next one is compared on. */
  private Set<String> comparedOn(String tonight) throws IOException {
    List<Night> nights = new ArrayList<>(line.nights());
    nights.removeIf(night -> night.date().compareTo(tonight) > 0);
    Set<String> nightsIn = new TreeSet<>();
    for (String last : newest(withData(nights), 1)) {
      nightsIn.addAll(line.nightsIn(last));
    }
    return nightsIn;
  }

  private List<String> withData(List<Night> nights) {
    return dates(
        nights.stream()
            .filter(night -> night.hasData() && !config.without().contains(night.date()))
            .toList());
  }

  private static List<String> dates(List<Night> nights) {
    return nights.stream().map(Night::date).toList();
  }

  private static List<String> newest(List<String> dates, int count) {
    return dates.subList(Math.max(0, dates.size() - count), dates.size());
  }

  private void strip(String date) throws IOException {
    RunFolder folder = line.folder();
    folder.delete(LineFolder.set(date));
    for (String name : folder.list(LineFolder.file(date, "").replaceAll("/$", ""))) {
      boolean large =
          name.equals("data") || name.equals(RunFolder.CHECKPOINTS) || name.endsWith(".zip");
      if (large) {
        folder.delete(LineFolder.file(date, name));
      }
    }
  }
}
