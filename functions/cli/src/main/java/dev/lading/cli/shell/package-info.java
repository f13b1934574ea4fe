/** What the shell gives to a verb, and what verbs are told by it: sizes, versions, tasks to wait for. */
@NullMarked
package dev.lading.cli.shell;

import org.jspecify.annotations.NullMarked;
