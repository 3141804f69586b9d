using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlSurface.Storage.Projections.Migrations
{
    /// <inheritdoc />
    public partial class Projections : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "documents",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    workspace = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    queue = table.Column<string>(type: "TEXT", nullable: true),
                    title = table.Column<string>(type: "TEXT", nullable: false),
                    external_id = table.Column<string>(type: "TEXT", nullable: true),
                    text = table.Column<string>(type: "TEXT", nullable: true),
                    item = table.Column<int>(type: "INTEGER", nullable: true),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_documents", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "figures",
                columns: table => new
                {
                    workspace = table.Column<int>(type: "INTEGER", nullable: false),
                    queue = table.Column<string>(type: "TEXT", nullable: false),
                    hour = table.Column<long>(type: "INTEGER", nullable: false),
                    measure = table.Column<int>(type: "INTEGER", nullable: false),
                    count = table.Column<long>(type: "INTEGER", nullable: false),
                    sum_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    peak = table.Column<long>(type: "INTEGER", nullable: false),
                    peak_seq = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_figures", x => new { x.workspace, x.queue, x.hour, x.measure });
                });

            migrationBuilder.CreateTable(
                name: "progress",
                columns: table => new
                {
                    workspace = table.Column<int>(type: "INTEGER", nullable: false),
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_progress", x => x.workspace);
                });

            migrationBuilder.CreateTable(
                name: "reviews",
                columns: table => new
                {
                    workspace = table.Column<int>(type: "INTEGER", nullable: false),
                    review = table.Column<int>(type: "INTEGER", nullable: false),
                    queue = table.Column<string>(type: "TEXT", nullable: false),
                    asked_at = table.Column<long>(type: "INTEGER", nullable: false),
                    decided_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_reviews", x => new { x.workspace, x.review });
                });

            migrationBuilder.CreateTable(
                name: "terms",
                columns: table => new
                {
                    workspace = table.Column<int>(type: "INTEGER", nullable: false),
                    lease = table.Column<int>(type: "INTEGER", nullable: false),
                    queue = table.Column<string>(type: "TEXT", nullable: false),
                    is_person = table.Column<bool>(type: "INTEGER", nullable: false),
                    claimed_at = table.Column<long>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    since = table.Column<long>(type: "INTEGER", nullable: true),
                    longest_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    most_quiet = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_terms", x => new { x.workspace, x.lease });
                });

            migrationBuilder.CreateIndex(
                name: "documents_by_key",
                table: "documents",
                columns: new[] { "workspace", "kind", "key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "documents_that_move",
                table: "documents",
                columns: new[] { "workspace", "item" },
                filter: "text is not null");

            migrationBuilder.CreateIndex(
                name: "reviews_by_queue",
                table: "reviews",
                columns: new[] { "workspace", "queue", "decided_at" });

            migrationBuilder.CreateIndex(
                name: "terms_by_queue",
                table: "terms",
                columns: new[] { "workspace", "queue", "ended_at" });
            // A full-text table is nothing that the model knows. It keeps the index and not the text: that is in the journal.
            migrationBuilder.Sql(
                "create virtual table words using fts5(scope, title, text, content='', contentless_delete=1, "
                + "tokenize=\"unicode61 remove_diacritics 2\", prefix='2 3')");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("drop table words");
            migrationBuilder.DropTable(
                name: "documents");

            migrationBuilder.DropTable(
                name: "figures");

            migrationBuilder.DropTable(
                name: "progress");

            migrationBuilder.DropTable(
                name: "reviews");

            migrationBuilder.DropTable(
                name: "terms");
        }
    }
}
