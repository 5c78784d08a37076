//! Results as a table, as NDJSON or as CSV.

use std::io::{self, Write};

use super::Output;
use crate::cli::out::visible;
use crate::export::{Cell, Sheet};
use crate::screening::Screening;

/// The columns of `--output csv`.
const COLUMNS: &[&str] = &[
    "external_id",
    "source",
    "candidate_id",
    "version",
    "stage",
    "next_step",
    "score_db",
    "rules",
    "screened_at",
];

/// Prints results page by page.
pub(super) struct Printer<W: Write> {
    output: Output,
    out: W,
    begun: bool,
}

impl<W: Write> Printer<W> {
    pub(super) fn new(output: Output, out: W) -> Self {
        Self {
            output,
            out,
            begun: false,
        }
    }

    /// Prints a page of results.
    pub(super) fn page(&mut self, results: &[Screening]) -> io::Result<()> {
        match self.output {
            Output::Ndjson => self.ndjson(results),
            Output::Csv => self.csv(results),
            Output::Table => self.table(results),
        }
    }

    /// Ends the output and gives the writer back.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.page(&[])?;
        Ok(self.out)
    }

    fn ndjson(&mut self, results: &[Screening]) -> io::Result<()> {
        for result in results {
            serde_json::to_writer(&mut self.out, result)?;
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }

    fn csv(&mut self, results: &[Screening]) -> io::Result<()> {
        let mut page = Vec::new();
        let mut sheet = Sheet::new(&mut page, COLUMNS)?;
        for result in results {
            let rules: Vec<_> = result.judgement.findings.iter().map(|f| &*f.rule).collect();
            sheet.row(&[
                Cell::Text(&result.external_id),
                Cell::Text(&result.source),
                Cell::Text(&result.candidate_id.0),
                Cell::Text(&result.version.to_string()),
                Cell::Text(&result.stage),
                Cell::Text(result.judgement.next_step.word()),
                Cell::Number(result.judgement.score_db),
                Cell::Text(&rules.join(" ")),
                Cell::Text(&result.screened_at.to_string()),
            ])?;
        }
        sheet.finish()?;
        let header_ends = page
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        let from = if self.begun { header_ends } else { 0 };
        self.begun = true;
        self.out.write_all(&page[from..])
    }

    fn table(&mut self, results: &[Screening]) -> io::Result<()> {
        if !self.begun {
            writeln!(
                self.out,
                "{:<24} {:<9} {:>7}  FINDINGS",
                "ID", "NEXT STEP", "SCORE"
            )?;
            self.begun = true;
        }
        for result in results {
            let judgement = &result.judgement;
            let titles: Vec<_> = judgement
                .findings
                .iter()
                .map(|finding| &*finding.title)
                .collect();
            writeln!(
                self.out,
                "{:<24} {:<9} {:>+7.1}  {}",
                visible(&result.external_id),
                judgement.next_step.word(),
                judgement.score_db,
                if titles.is_empty() {
                    "nothing found".into()
                } else {
                    titles.join("; ")
                },
            )?;
        }
        Ok(())
    }
}
