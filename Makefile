# Everyday commands. Settings go on the command line: make demo PORT=8070 DB=other
#   PYTHON=/path/to/python   ODOO_HOME=/path/to/odoo   db_host= db_port= db_user= db_password=

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-live test-faults doctor lint peer-tests pictures bench stop purge

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20
	@echo "  scripts/odoo ...  any Odoo command, for example: scripts/odoo shell -d demo"

setup: ## prepare everything, start nothing
	@scripts/setup

demo: ## run the demo dealership on http://localhost:8069 (PORT=, DB=)
	@scripts/demo

test: ## lint and all tests: the heart alone, then its siblings with it (DB=)
	@scripts/test --fresh

test-live: ## install beside many of Odoo's applications and compare the standard side (some ten minutes)
	@scripts/test-live

test-faults: ## kill servers at work, take space and connections away, let many work at once (some twenty minutes)
	@scripts/test-faults

doctor: ## compare what is stored about customers, and name each difference (DB=)
	@scripts/doctor

lint: ## check the code without a database
	@scripts/lint

peer-tests: ## Odoo's own CRM and fleet tests, with and without the addons
	@scripts/peer-tests

pictures: ## take pictures of every screen of the demo dealership into .odoo/pictures (DB=, PORT=)
	@scripts/pictures

bench: ## measure beside standard Odoo (SCALE=small)
	@benchmarks/run

stop: ## stop the servers that these commands have started
	@scripts/stop

purge: ## stop, and remove all that these commands have made, databases too
	@scripts/purge
