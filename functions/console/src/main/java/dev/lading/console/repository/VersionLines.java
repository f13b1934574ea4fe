package dev.lading.console.repository;

import dev.lading.account.AccountService;
import dev.lading.account.PrincipalId;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryVersion.Maker;
import dev.lading.overview.Timeline.Entry;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells who made versions, by the names that they have now. */
@Singleton
class VersionLines {
    private final AccountService accounts;

    VersionLines(AccountService accounts) {
        this.accounts = accounts;
    }

    /** Costs up to two reads. */
    List<VersionLine> of(Repository repository, List<Entry> entries) {
        Set<String> makers = entries.stream()
                .flatMap(entry -> entry.version().madeBy().stream())
                .map(Maker::principal)
                .filter(principal -> principal.contains(":"))
                .collect(Collectors.toSet());
        Map<Long, String> titles = new HashMap<>();
        accounts.findAll(makers.stream()
                        .flatMap(principal -> PrincipalId.parse(number(principal)).stream())
                        .toList())
                .forEach(account -> titles.put(account.id().value(), account.title()));
        Map<String, String> named = new HashMap<>();
        makers.forEach(principal -> PrincipalId.parse(number(principal))
                .map(id -> titles.get(id.value()))
                .ifPresent(title -> named.put(principal, title)));
        return entries.stream()
                .map(entry -> VersionLine.of(repository, entry, named))
                .toList();
    }

    private static String number(String principal) {
        return principal.substring(principal.indexOf(':') + 1);
    }
}
