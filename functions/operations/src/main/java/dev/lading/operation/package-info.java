/** What tasks do, without HTTP: syncs, changes of repositories, schedules, clean-up. */
@NullMarked
package dev.lading.operation;

import org.jspecify.annotations.NullMarked;
