package io.millrace.nightly;

import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.config.Variables;
import io.millrace.dataset.Split;
import io.millrace.line.LineFolder;
import io.millrace.line.Night;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The config file of a line, which says something else each night.
 *
 * @param file its name, for messages
 * @param yaml its text
 * @param overrides {@code key.path=value} each
 * @param environment variables that may stand in it
 */
public record LineFile(
    String file, String yaml, List<String> overrides, Map<String, String> environment) {
  /**
   * What it says on a night.
   *
   * @throws io.millrace.config.ConfigException with every problem
   * @throws IllegalArgumentException for what a line cannot do
   */
  public RunConfig on(LocalDate date) {
    return on(date, Variables.of(environment));
  }

  /**
   * What it says of the line itself, where nobody reads the source: its variables may be unknown.
   */
  public RunConfig ofLine() {
    return on(LocalDate.EPOCH, Variables.of(environment).unread("source"));
  }

  private RunConfig on(LocalDate date, Variables variables) {
    RunConfig config = read(date, List.of(), variables);
    RunConfig next = read(another(date), List.of(), variables);
    requireSame("output", config.output(), next.output());
    requireSame("name", config.name(), next.name());
    if (!config.source().given()) {
      throw new IllegalArgumentException("Invalid source.path: null (must be set for finetune)");
    }
    if (config.dataset().path() != null) {
      throw new IllegalArgumentException(
          "Invalid dataset.path: %s (must be left out for finetune: each night has its own set in the line's folder)"
              .formatted(config.dataset().path()));
    }
    if (config.evaluation().split() == Split.TEST) {
      throw new IllegalArgumentException(
          "Invalid evaluation.split: test (must be validation for finetune: what decides a promotion must steer no training)");
    }
    double held = config.line().heldOutShare();
    if (held + config.dataset().validationShare() >= 1) {
      throw new IllegalArgumentException(
          "Invalid line.heldOutShare: %s (must leave something to train on beside dataset.validationShare, %s)"
              .formatted(held, config.dataset().validationShare()));
    }
    return config;
  }

  /** Whether every night looks for what is new in one place. */
  boolean readsTheSameEachNight(LocalDate date) {
    return read(date, List.of()).source().equals(read(another(date), List.of()).source());
  }

  private static LocalDate another(LocalDate date) {
    return date.plusYears(1).plusMonths(1).plusDays(1);
  }

  private static void requireSame(String key, String tonight, String another) {
    if (!tonight.equals(another)) {
      throw new IllegalArgumentException(
          "Invalid %s: %s (must be the same every night, as the line has one folder)"
              .formatted(key, tonight));
    }
  }

  /** The same with the place of a night's own data. */
  RunConfig preparing(LocalDate date, LineFolder line) {
    return read(date, List.of("dataset.path=" + line.data(date.toString())));
  }

  /**
   * The run of a night: what it trains on, what it starts from, and where it goes.
   *
   * @param grows whether there are classes that what it starts from does not know: its head keeps
   *     the rows of those that it does
   */
  RunConfig training(LocalDate date, LineFolder line, Night.Start start, boolean grows) {
    List<String> own = new ArrayList<>();
    own.add("name=" + date);
    own.add("output=" + line.nightsPath());
    own.add("dataset.path=" + line.setPath(date.toString()));
    if (start.model() != null) {
      String model = "'" + start.model().replace("'", "''") + "'";
      own.add(
          grows
              ? "init={kind: pretrained, path: %s, strict: false}".formatted(model)
              : "init={from: %s}".formatted(model));
    }
    return read(date, own);
  }

  private RunConfig read(LocalDate date, List<String> own) {
    return read(date, own, Variables.of(environment));
  }

  private RunConfig read(LocalDate date, List<String> own, Variables variables) {
    List<String> all = new ArrayList<>(overrides);
    all.addAll(own);
    return ConfigReader.read(file, yaml, all, variables.on(date));
  }
}
