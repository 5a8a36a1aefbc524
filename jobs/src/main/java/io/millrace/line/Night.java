package io.millrace.line;

import java.util.List;

/**
 * One dated run of a line, as far as it has come: the file {@code night.json} in its folder. Each
 * of its steps is there once it is whole, and null before.
 *
 * @param date such as 2026-11-21
 * @param begun when, UTC, for people
 * @param start what it is trained from
 * @param data what it is trained on
 * @param trained the challenger
 * @param verdict what became of it
 */
public record Night(
    String date, String begun, Start start, Data data, Trained trained, Verdict verdict) {
  /** A night that begins. */
  public Night(String date, String begun, Start start) {
    this(date, begun, start, null, null, null);
  }

  /**
   * What a night is trained from.
   *
   * @param model path of the champion's model; null for what the config's init says
   * @param words the same for people
   */
  public record Start(String model, String words) {}

  /**
   * What a night is trained on.
   *
   * @param own what its own data is like
   * @param ownTest whether that has a test split of the source's own
   * @param newClasses classes that no night before had
   * @param fingerprint of all that is trained on
   * @param train images of that to train on
   * @param heldOut images to compare models on
   * @param drift from the night before; null where there was none
   */
  public record Data(
      DataFacts own,
      boolean ownTest,
      List<String> newClasses,
      String fingerprint,
      long train,
      long heldOut,
      Drift drift) {}

  /**
   * The challenger.
   *
   * @param sha256 of its model.zip
   * @param seconds that training took, at the last go
   */
  public record Trained(String sha256, double seconds) {}

  /** What becomes of a night. */
  public enum Outcome {
    /** Its model is the champion. */
    PROMOTED("promoted"),
    /** The champion stays. */
    KEPT("champion kept"),
    /** The source had nothing new. */
    NOTHING_NEW("nothing new"),
    /** Its data lies too far from that of the night before. */
    REFUSED("refused"),
    /** A loss or a weight was not finite. */
    DIVERGED("diverged");

    private final String words;

    Outcome(String words) {
      this.words = words;
    }

    /** In words. */
    public String words() {
      return words;
    }
  }

  /**
   * What became of a night.
   *
   * @param outcome in a word
   * @param why in words
   * @param rival SHA-256 of the model that the challenger was compared with; null for none
   * @param comparisons on tonight's held-out images, and on last night's
   * @param alone how well the challenger does where it is compared with none; null elsewhere
   * @param ended when, UTC, for people
   */
  public record Verdict(
      Outcome outcome,
      String why,
      String rival,
      List<Comparison> comparisons,
      Alone alone,
      String ended) {}

  /**
   * A challenger by itself.
   *
   * @param examples tonight's held-out images
   * @param top1 share of them that it has right
   */
  public record Alone(long examples, double top1) {}

  /** The same with its data prepared. */
  public Night with(Data made) {
    return new Night(date, begun, start, made, null, null);
  }

  /** The same with its challenger trained. */
  public Night with(Trained made) {
    return new Night(date, begun, start, data, made, null);
  }

  /** The same with a verdict, or without one where it is null. */
  public Night with(Verdict made) {
    return new Night(date, begun, start, data, trained, made);
  }

  /**
   * Whether nothing is left to do: a night without data may get some, one that diverged may go well
   * with another config, and a promotion counts once the line's champion says so.
   */
  public boolean isDone(Champions champions) {
    if (verdict == null) {
      return false;
    }
    return switch (verdict.outcome()) {
      case PROMOTED -> champions.promoted(date);
      case KEPT -> true;
      case NOTHING_NEW, REFUSED, DIVERGED -> false;
    };
  }

  /** Whether later nights build on its data. */
  public boolean hasData() {
    return data != null && (verdict == null || verdict.outcome() != Outcome.REFUSED);
  }

  /** How far it has come, in words. */
  public String state() {
    if (verdict != null) {
      return verdict.outcome().words();
    }
    return data == null ? "to prepare" : trained == null ? "to train" : "to compare";
  }
}
