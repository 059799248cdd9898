import { _t } from "@web/core/l10n/translation";
import { unique } from "@web/core/utils/arrays";

const countLines = (cells) => unique(cells.map(({ line }) => line)).length;

/** What the server tells of a registration sheet: the cells that it cannot read, and what it has imported. */
export class SheetReport {
    /** @param {number} lines of the sheet, without its headings */
    constructor(lines = 0) {
        this.lines = lines;
        // The bad cells for which the last test or import was refused, each with its line, column and reason
        this.refused = [];
        // What the server says of each batch that it has imported
        this.batches = [];
        // The line at which the import goes on, unknown until the server has answered
        this.next = undefined;
        this.isDone = false;
        // How many lines the last test has read
        this.tested = 0;
    }

    get isStarted() {
        return this.batches.length > 0;
    }

    /** All bad cells, also those whose lines an import has left out. */
    get bad() {
        return [...this.batches.flatMap(({ bad }) => bad), ...this.refused];
    }

    get badCount() {
        return countLines(this.bad);
    }

    /** How many lines can be imported without those for which the import was refused. */
    get otherCount() {
        return this.refused.length ? this.lines - this.count("read") - countLines(this.refused) : 0;
    }

    /** What is wrong with each bad cell: pairs of the number of its line and a text. */
    get reasons() {
        return this.bad.map((cell) => [
            cell.line,
            cell.column ? _t("%(column)s: %(reason)s", cell) : cell.reason,
        ]);
    }

    /** How many lines were read, or of these left out. */
    count(name) {
        return this.batches.reduce((sum, batch) => sum + batch[name], 0);
    }

    /** The customers to whom the lines of a kind have come, one for each line. */
    customers(name) {
        return this.batches.flatMap((batch) => batch[name]);
    }
}
