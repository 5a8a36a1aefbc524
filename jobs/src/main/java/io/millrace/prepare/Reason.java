package io.millrace.prepare;

/** Why a row goes to quarantine. */
public enum Reason {
  UNREADABLE_SOURCE("unreadable source"),
  EMPTY_ROW("empty row"),
  NO_FILE("path to no image"),
  UNREADABLE_IMAGE("unreadable image"),
  UNKNOWN_LABEL("unknown label"),
  UNKNOWN_SPLIT("unknown split"),
  CONTRADICTING_LABELS("equal images with different labels");

  private final String text;

  Reason(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
