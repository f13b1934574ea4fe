# The one way to build, test and run Lading. `make` lists the verbs.

HOST ?= 127.0.0.1
PORT ?= 5000
DATA ?= data
STORAGE ?= embedded
ARGS ?=

# JDK 25 or newer: JAVA_HOME, then PATH, then the usual install folders.
JDK := $(shell ./.ci/find-jdk)
export JAVA_HOME := $(JDK)

MVN := mvn -B -q
SERVER := functions/server/target/quarkus-app/quarkus-run.jar
SOURCES := pom.xml .mvn/jvm.config $(shell find shared-model functions -name pom.xml -o -path '*/src/main/*' -type f)

.DEFAULT_GOAL := help
.PHONY: help serve test e2e conformance bench fmt jdk

help: ## list the verbs
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

jdk:
	@test -n "$(JDK)" || { echo "Lading needs JDK 25 or newer. Install one (Debian and Ubuntu: the package temurin-25-jdk or openjdk-25-jdk; macOS: brew install openjdk@25) or set JAVA_HOME." >&2; exit 1; }

$(SERVER): $(SOURCES) | jdk
	@echo "building the server (a minute the first time)"
	@$(MVN) package -DskipTests
	@touch $@

serve: $(SERVER) ## start the registry: HOST=127.0.0.1 PORT=5000 DATA=data STORAGE=embedded|aws ARGS="--help"
	@exec $(JDK)/bin/java -jar $(SERVER) --host=$(HOST) --port=$(PORT) --data=$(DATA) --storage=$(STORAGE) $(ARGS)

test: | jdk ## every test that needs only Maven
	@$(MVN) verify

fmt: | jdk ## format the sources
	@$(MVN) spotless:apply
