using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlSurface.Storage.Projections.Migrations
{
    /// <inheritdoc />
    public partial class Happenings : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "happenings",
                columns: table => new
                {
                    workspace = table.Column<int>(type: "INTEGER", nullable: false),
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    what = table.Column<int>(type: "INTEGER", nullable: false),
                    queue = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_happenings", x => new { x.workspace, x.seq });
                });

            migrationBuilder.CreateIndex(
                name: "happenings_by_time",
                table: "happenings",
                columns: new[] { "workspace", "at", "what", "queue" });

            // The file is then of no journal, and the projector makes it anew: what was counted before would be counted twice.
            migrationBuilder.Sql("update progress set hash = x''");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "happenings");
        }
    }
}
