using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlSurface.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Journal : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "answers",
                columns: table => new
                {
                    workspace = table.Column<int>(type: "INTEGER", nullable: false),
                    principal = table.Column<int>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    fingerprint = table.Column<byte[]>(type: "BLOB", nullable: false),
                    status = table.Column<int>(type: "INTEGER", nullable: false),
                    body = table.Column<byte[]>(type: "BLOB", nullable: false),
                    location = table.Column<string>(type: "TEXT", nullable: true),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_answers", x => new { x.workspace, x.principal, x.key });
                });

            migrationBuilder.CreateTable(
                name: "archive",
                columns: table => new
                {
                    workspace = table.Column<int>(type: "INTEGER", nullable: false),
                    item = table.Column<int>(type: "INTEGER", nullable: false),
                    queue = table.Column<string>(type: "TEXT", nullable: false),
                    external_id = table.Column<string>(type: "TEXT", nullable: true),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    settled_at = table.Column<long>(type: "INTEGER", nullable: false),
                    owner = table.Column<int>(type: "INTEGER", nullable: true),
                    title = table.Column<string>(type: "TEXT", nullable: false),
                    labels = table.Column<string>(type: "TEXT", nullable: false),
                    search = table.Column<string>(type: "TEXT", nullable: false),
                    data = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_archive", x => new { x.workspace, x.item });
                });

            migrationBuilder.CreateTable(
                name: "archive_leases",
                columns: table => new
                {
                    workspace = table.Column<int>(type: "INTEGER", nullable: false),
                    lease = table.Column<int>(type: "INTEGER", nullable: false),
                    item = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_archive_leases", x => new { x.workspace, x.lease });
                });

            migrationBuilder.CreateTable(
                name: "journal",
                columns: table => new
                {
                    workspace = table.Column<int>(type: "INTEGER", nullable: false),
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    by = table.Column<int>(type: "INTEGER", nullable: false),
                    type = table.Column<string>(type: "TEXT", nullable: false),
                    item = table.Column<int>(type: "INTEGER", nullable: true),
                    data = table.Column<byte[]>(type: "BLOB", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_journal", x => new { x.workspace, x.seq });
                });

            migrationBuilder.CreateTable(
                name: "marks",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    value = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_marks", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "snapshots",
                columns: table => new
                {
                    workspace = table.Column<int>(type: "INTEGER", nullable: false),
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    digest = table.Column<byte[]>(type: "BLOB", nullable: false),
                    state = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_snapshots", x => new { x.workspace, x.seq });
                });

            migrationBuilder.CreateIndex(
                name: "answers_by_age",
                table: "answers",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "archive_by_external_id",
                table: "archive",
                columns: new[] { "workspace", "queue", "external_id", "item" },
                filter: "external_id is not null");

            migrationBuilder.CreateIndex(
                name: "archive_by_queue",
                table: "archive",
                columns: new[] { "workspace", "queue", "item" });

            migrationBuilder.CreateIndex(
                name: "archive_leases_by_item",
                table: "archive_leases",
                columns: new[] { "workspace", "item" });

            migrationBuilder.Sql(ItemBlocks.Index);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "answers");

            migrationBuilder.DropTable(
                name: "archive");

            migrationBuilder.DropTable(
                name: "archive_leases");

            migrationBuilder.DropTable(
                name: "journal");

            migrationBuilder.DropTable(
                name: "marks");

            migrationBuilder.DropTable(
                name: "snapshots");
        }
    }
}
