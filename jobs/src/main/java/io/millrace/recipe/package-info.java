/** Schedules, optimisers and losses; nothing of Spark in here. */
package io.millrace.recipe;
